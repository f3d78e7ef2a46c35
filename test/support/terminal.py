"""Runs a command on a terminal of its own and types into it what stands behind each text, once that text is shown.

    python3 terminal.py '{"columns": 80, "steps": [["question", "answer\\r"]]}' command argument...

Prints {"code": exit code, "output": what the terminal was sent, "typed": how many answers}. Nothing sleeps: it reads until
the command closes the terminal.
"""

import fcntl
import json
import os
import pty
import struct
import sys
import termios

plan, argv = json.loads(sys.argv[1]), sys.argv[2:]
pid, terminal = pty.fork()
if pid == 0:
    size = struct.pack("HHHH", 40, plan["columns"], 0, 0)
    fcntl.ioctl(0, termios.TIOCSWINSZ, size)
    os.execvp(argv[0], argv)

steps, shown, typed = plan["steps"], b"", 0
while True:
    try:
        part = os.read(terminal, 65536)
    except OSError:  # Linux: nobody holds the other side any more
        break
    if not part:
        break
    shown += part
    while typed < len(steps):
        place = shown.find(steps[typed][0].encode(), 0)
        if place < 0:
            break
        os.write(terminal, steps[typed][1].encode())
        typed += 1
_, status = os.waitpid(pid, 0)
print(json.dumps({"code": os.waitstatus_to_exitcode(status), "output": shown.decode(errors="replace"), "typed": typed}))
