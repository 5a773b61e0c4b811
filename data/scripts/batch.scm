; Restyles every picture of a folder, in Script-Fu's third dialect:
;
;   gimp-console-3.0 -n -i -d -f -s --quit --batch-interpreter=plug-in-script-fu-eval -b '
;     (begin (script-fu-use-v3) (load "batch.scm") (pastiche-batch "photos" "out" "starry-night"))'
;
; One broken file does not keep the others from being done: GIMP ends with 0 when all are, and with
; 70 when some are not, after naming them.

(define (pastiche-restyle file out style)
  (let ((image (gimp-file-load RUN-NONINTERACTIVE file)))
    (plug-in-pastiche-fast-style #:image image
                                 #:drawables (gimp-image-get-selected-drawables image)
                                 #:style style
                                 #:strength 1.0
                                 #:output "replace")
    (gimp-file-save RUN-NONINTERACTIVE image out)
    (gimp-image-delete image)))

; The names of what is in a folder, but for what is hidden.
(define (pastiche-names folder)
  (let* ((stream (dir-open-stream folder))
         (names (let next ()
                  (let ((name (dir-read-entry stream)))
                    (cond ((eof-object? name) '())
                          ((char=? (string-ref name 0) #\.) (next))
                          (else (cons name (next))))))))
    (dir-close-stream stream)
    names))

(define (pastiche-batch folder out style)
  (let ((failed '()))
    (for-each
      (lambda (name)
        (catch (set! failed (cons name failed))
          (pastiche-restyle (string-append folder "/" name)
                            (string-append out "/" name ".png")
                            style)))
      (pastiche-names folder))
    (if (pair? failed)
        (error "These pictures could not be restyled:" failed))))
