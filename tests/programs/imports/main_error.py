# An error inside an imported module: both files in the traceback.
import failing_helper

print(failing_helper.safe(4))
failing_helper.explode(0)
