"""The errors that ganlab raises on purpose, each with a message that says what to do.

GanlabError
├── ConfigError         a configuration that cannot be run: what was wanted, what came
│   └── UnknownName     no loss, network, … of that name
├── DataError           data that is missing, unreadable or of the wrong kind
├── DeviceError         a requested device that is not available
├── CheckpointError     a file of weights that is cut, foreign or does not fit
├── PictureError        a picture that cannot be read or is too large
├── VideoError          a film that cannot be encoded on this computer
└── RunError            a run's folder
    ├── UnknownRun      no run of that name
    ├── RunBusy         another process is training it
    ├── StoreError      a store that cannot be read or written
    └── DiskFull        no room left, or the run's budget is used up
"""


class GanlabError(Exception):
    """The base class: its message is one sentence that says what is wrong and what to try."""


class ConfigError(GanlabError):
    """A configuration that cannot be run."""


class UnknownName(ConfigError):
    """No record of that kind and name."""


class DataError(GanlabError):
    """Data that is missing, unreadable or of the wrong kind."""


class DeviceError(GanlabError):
    """A requested device that is not available."""


class CheckpointError(GanlabError):
    """A file of weights that is cut, foreign or does not fit."""


class PictureError(GanlabError):
    """A picture that cannot be read or is too large."""


class VideoError(GanlabError):
    """A film that cannot be encoded on this computer."""


class RunError(GanlabError):
    """Something about a run's folder."""


class UnknownRun(RunError):
    """No run of that name."""


class RunBusy(RunError):
    """Another process is training the run."""


class StoreError(RunError):
    """A store that cannot be read or written."""


class DiskFull(RunError):
    """No room left, or the run's disk budget is used up."""
