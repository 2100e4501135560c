"""Facts about the build, for sysconfig. There are no extension modules, so little has a meaning."""

import sys

build_time_vars = {
    'ABIFLAGS': '',
    'AR': 'ar',
    'BUILD_GNU_TYPE': '',
    'CC': 'cc',
    'CXX': 'c++',
    'EXE': '',
    'EXT_SUFFIX': f'.{sys.implementation.cache_tag}.so',
    'HAVE_FORK': 1,
    'HOST_GNU_TYPE': '',
    'INSTSONAME': '',
    'LDLIBRARY': '',
    'LIBRARY': '',
    'LIBDIR': f'{sys.base_prefix}/lib',
    'MACHDEP': sys.platform,
    'MULTIARCH': getattr(sys.implementation, '_multiarch', ''),
    'PYTHONFRAMEWORK': '',
    'Py_DEBUG': 0,
    'Py_ENABLE_SHARED': 0,
    'Py_GIL_DISABLED': 0,
    'SHLIB_SUFFIX': '.so',
    'SIZEOF_VOID_P': 8,
    'SOABI': sys.implementation.cache_tag,
    'TZPATH': '/usr/share/zoneinfo:/usr/lib/zoneinfo:/usr/share/lib/zoneinfo:/etc/zoneinfo',
    'VERSION': '%d.%d' % sys.version_info[:2],
    'WITH_DOC_STRINGS': 1,
}
