"""Runs a command and prints the most memory it had at once, in MB.

A process of its own, and a small one: on Linux a child's peak begins at the size of the process that started it.
"""

import resource
import subprocess
import sys

if __name__ == "__main__":
    subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    # Linux counts in KiB, macOS in bytes.
    sys.stdout.write(f"{peak / 1e6 if sys.platform == 'darwin' else peak * 1024 / 1e6}\n")
