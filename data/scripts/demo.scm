; What `./run demo` runs inside GIMP, in Script-Fu's third dialect: one picture in two styles by
; fast-style and painted by gatys, as PNGs in the folder `out`.
;
;   gimp-console-3.0 -n -i -d -f -s --quit --batch-interpreter=plug-in-script-fu-eval -b '
;     (begin (script-fu-use-v3) (load "data/scripts/demo.scm")
;            (pastiche-demo "photo.jpg" "other.jpg" "out"))'

; Opens `picture`, lets `paint` work on its layer, writes the image to `file`. An error ends the batch.
(define (pastiche-demo-paint picture file paint)
  (let ((image (gimp-file-load RUN-NONINTERACTIVE picture)))
    (paint image (gimp-image-get-selected-drawables image))
    (gimp-file-save RUN-NONINTERACTIVE image file)
    (gimp-image-delete image)))

; The style of gatys is a layer: of `other`, a second picture, painted by fast-style before.
(define (pastiche-demo picture other out)
  (for-each
    (lambda (name)
      (pastiche-demo-paint picture (string-append out "/" name ".png")
        (lambda (image drawables)
          (plug-in-pastiche-fast-style #:image image #:drawables drawables #:style name))))
    '("starry-night" "great-wave"))
  (let* ((image (gimp-file-load RUN-NONINTERACTIVE other))
         (style (plug-in-pastiche-fast-style #:image image
                                             #:drawables (gimp-image-get-selected-drawables image)
                                             #:style "the-scream")))
    (pastiche-demo-paint picture (string-append out "/gatys.png")
      (lambda (image drawables)
        (plug-in-pastiche-gatys #:image image #:drawables drawables
                                #:style-layer style #:size 384 #:min-size 192 #:scale-factor 2.0
                                #:steps 25 #:first-steps 40)))
    (gimp-image-delete image)))
