# Runs inside a GIMP with windows and answers questions about its images: one Python expression a
# connection, of whose value the repr comes back. PASTICHE_EAR is the socket's path.

import os
import select
import socket

from gimp_calls import *

with socket.socket(socket.AF_UNIX) as listener:
    listener.bind(os.environ["PASTICHE_EAR"])
    listener.listen()
    gimp = os.getppid()
    while os.getppid() == gimp:
        if not select.select([listener], [], [], 1)[0]:
            continue
        connection, _ = listener.accept()
        with connection, connection.makefile("rw") as stream:
            try:
                answer = repr(eval(stream.readline()))
            except Exception as error:
                answer = f"{type(error).__name__}: {error}"
            stream.write(answer)
