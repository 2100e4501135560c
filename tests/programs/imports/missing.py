# An uncaught ModuleNotFoundError.
import shapes
import shapes.nonexistent
