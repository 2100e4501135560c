# An error while another is handled.
def cleanup():
    raise RuntimeError("cleanup failed")


try:
    int("not a number")
except ValueError:
    cleanup()
