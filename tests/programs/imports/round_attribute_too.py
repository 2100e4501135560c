# habu: module
import round_attribute
round_attribute.early
