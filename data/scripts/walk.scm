; A walk from one sample of a generator to another and back, as an animated GIF, in Script-Fu's third
; dialect:
;
;   gimp-console-3.0 -n -i -d -f -s --quit --batch-interpreter=plug-in-script-fu-eval -b '
;     (begin (script-fu-use-v3) (load "walk.scm") (pastiche-walk "digits" 3 8 24 "walk.gif"))'

; Each frame is a layer, the first the lowest, with its recipe in the parasite "pastiche-recipe".
(define (pastiche-walk model seed to-seed frames out)
  (let* ((layers (plug-in-pastiche-generate-image #:model model
                                                  #:seed seed
                                                  #:to-seed to-seed
                                                  #:frames frames
                                                  #:width 256
                                                  #:height 256))
         (image (gimp-item-get-image (vector-ref layers 0))))
    ; The way back: copies in reverse order, but for the two ends.
    (do ((i (- frames 2) (- i 1)))
        ((< i 1))
      (gimp-image-insert-layer image (gimp-layer-copy (vector-ref layers i)) 0 0))
    (gimp-image-convert-indexed image CONVERT-DITHER-FS CONVERT-PALETTE-GENERATE 255 FALSE FALSE "")
    (file-gif-export #:image image #:file out #:as-animation TRUE #:default-delay 80)
    (gimp-image-delete image)))
