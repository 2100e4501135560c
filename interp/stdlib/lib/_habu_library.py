"""Finder and loader of the library inside the binary, for importlib.

Its modules are said to lie in the directory sys._stdlib_dir, which is an entry of sys.path and need not exist.
"""

import _frozen_importlib as _bootstrap
import _frozen_importlib_external as _external
import _imp


class LibraryLoader(_external.SourceFileLoader):
    """Loads a module of the library: its code was compiled when the binary was built."""

    def get_code(self, fullname):
        path = self.get_filename(fullname)
        code = _imp.library_code(path)
        if code is None:
            raise ImportError(f'{path!r} is not in the library', name=fullname, path=path)
        return code

    def get_data(self, path):
        data = _imp.library_source(path)
        if data is None:
            return super().get_data(path)
        return data

    def path_stats(self, path):
        return {'mtime': 0, 'size': len(self.get_data(path))}

    def _cache_bytecode(self, source_path, bytecode_path, data):
        pass


class LibraryFinder:
    """Path entry finder for the library's directory and its packages."""

    def __init__(self, path):
        if _imp.library_name(path, '') is None:
            raise ImportError('not a directory of the library', path=path)
        self.path = path

    def find_spec(self, fullname, target=None):
        tail = fullname.rpartition('.')[2]
        if tail == '__init__':
            # The file of the package itself, as a module.
            package = False if _imp.library_name(self.path, '') else None
        else:
            package = _imp.library_find(_imp.library_name(self.path, tail))
        if package is None:
            return None
        if package:
            directory = f'{self.path}/{tail}'
            path, search = f'{directory}/__init__.py', [directory]
        else:
            path, search = f'{self.path}/{tail}.py', None
        return _external.spec_from_file_location(
            fullname, path, loader=LibraryLoader(fullname, path), submodule_search_locations=search)

    def invalidate_caches(self):
        pass

    def iter_modules(self, prefix=''):
        start = _imp.library_name(self.path, '')
        for name in _imp.library_names():
            if name.startswith(start):
                tail = name[len(start):]
                if tail and '.' not in tail:
                    yield prefix + tail, _imp.library_find(name)

    def __repr__(self):
        return f'{type(self).__name__}({self.path!r})'
