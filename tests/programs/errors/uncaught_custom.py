# An uncaught user exception with notes.
class AppError(Exception):
    pass


class Service:
    def call(self, name):
        error = AppError(f"cannot reach {name}")
        error.add_note("try again later")
        error.add_note("or not\nat all")
        raise error


print("before")
Service().call("db")
