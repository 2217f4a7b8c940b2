"""Runs a program on a terminal of its own and leads a dialog with it, as a user at a keyboard would.

Usage: terminal.py STEP… -- PROGRAM WORD…

A step is "await TEXT" (until TEXT has come, beyond what earlier steps have seen), "type TEXT", "secretly TEXT" (type it
once the terminal no longer shows what is typed), or "quiet" (until nothing has come for half a second). In texts, \\n,
\\t and \\xNN stand for bytes; \\x04 ends the input, \\x03 interrupts. What the terminal showed goes to stdout; the exit
code is the program's.
"""

import fcntl
import os
import pty
import select
import struct
import sys
import termios
import time

PATIENCE_SECONDS = int(os.environ.get("PATIENCE_SECONDS", "90"))
ECHO_IN_LOCAL_FLAGS = 3


class Terminal:
    def __init__(self, command):
        self.shown = b""
        self.seen = 0
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.execvp(command[0], command)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 250, 0, 0))

    def read(self, seconds):
        """Whether something came in that time; at the end of the program, EOFError."""
        if not select.select([self.fd], [], [], seconds)[0]:
            return False
        try:
            piece = os.read(self.fd, 65536)
        except OSError:  # the program has ended and let go of its terminal
            raise EOFError from None
        if not piece:
            raise EOFError
        self.shown += piece
        return True

    def wait_for(self, what, condition):
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not condition():
            if time.monotonic() > deadline:
                raise TimeoutError(f"waited in vain for {what}")
            self.read(0.05)

    def await_text(self, text):
        self.wait_for(text, lambda: text in self.shown[self.seen :])
        self.seen = self.shown.index(text, self.seen) + len(text)

    def is_hidden(self):
        return not termios.tcgetattr(self.fd)[ECHO_IN_LOCAL_FLAGS] & termios.ECHO

    def type(self, text):
        os.write(self.fd, text)

    def step(self, step):
        kind, _, rest = step.partition(" ")
        text = rest.encode("latin-1").decode("unicode_escape").encode("latin-1")
        if kind == "await":
            self.await_text(text)
        elif kind == "type":
            self.type(text)
        elif kind == "secretly":
            self.wait_for("a hidden prompt", self.is_hidden)
            self.type(text)
        elif kind == "quiet":
            while self.read(0.5):
                pass
        else:
            raise ValueError(step)

    def finish(self):
        try:
            self.wait_for("the end of the program", lambda: False)
        except EOFError:
            pass
        _, status = os.waitpid(self.pid, 0)
        return os.waitstatus_to_exitcode(status)


def main(words):
    split = words.index("--")
    terminal = Terminal(words[split + 1 :])
    problem = ""
    try:
        for step in words[:split]:
            terminal.step(step)
    except EOFError:
        pass  # what was shown will tell
    except TimeoutError as e:
        problem = f"\n{e}\n"
    if problem:
        os.kill(terminal.pid, 9)
    code = terminal.finish()
    sys.stdout.buffer.write(terminal.shown + problem.encode())
    sys.stdout.buffer.flush()
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
