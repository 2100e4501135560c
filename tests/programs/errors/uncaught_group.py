# An exception group's traceback.
def task(n):
    if n % 2:
        raise ValueError(f"odd {n}")
    raise TypeError(f"even {n}")


errors = []
for n in range(3):
    try:
        task(n)
    except Exception as error:
        errors.append(error)
raise ExceptionGroup("tasks failed", errors)
