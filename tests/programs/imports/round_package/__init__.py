# habu: module
import round_package.inner
