"""What can go wrong, said so that a person knows what, where and what next."""


class Error(Exception):
    """Whatever wirecopy cannot do. All others are of this kind."""


class SettingsError(Error, ValueError):
    """A setting that is not known, or out of its range."""


class InputError(Error, ValueError):
    """Articles that cannot be read as such."""


class FileError(Error, OSError):
    """A file or folder that could not be read or written."""


class IndexFileError(Error):
    """An index that is not there, is damaged, or was made by another version."""


class IndexLockedError(IndexFileError):
    """Somebody else is writing to the index. Try again when they have finished."""


class InternalError(Error, RuntimeError):
    """A defect of wirecopy. The process goes on; please report it."""


for _class in (Error, SettingsError, InputError, FileError, IndexFileError, IndexLockedError, InternalError):
    _class.__module__ = "wirecopy"
del _class
