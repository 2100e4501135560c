# habu: module
import round_package
round_package.inner
