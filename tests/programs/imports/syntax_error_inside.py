# An imported module that does not parse.
try:
    import does_not_parse
except SyntaxError as error:
    print(error.msg, error.lineno, error.filename.replace("\\", "/").split("/")[-1])
import does_not_parse
