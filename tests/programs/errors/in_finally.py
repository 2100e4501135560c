# An error in a finally block while another error passes through.
def work():
    try:
        raise ValueError("first")
    finally:
        {}["second"]


work()
