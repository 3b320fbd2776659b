from lib_constants import NAME
