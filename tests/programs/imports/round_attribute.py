# habu: module
import round_attribute_too
early = 1
