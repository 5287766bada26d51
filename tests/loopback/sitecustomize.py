"""Python imports this at start when its folder is on PYTHONPATH: so child processes are guarded too."""

from guard import install  # type: ignore[import-not-found]  # found through PYTHONPATH

install()
