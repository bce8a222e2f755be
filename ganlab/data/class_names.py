"""The names of the classes of a run's pictures, without reading the pictures."""

from ganlab.catalogue import DATA
from ganlab.catalogue.pictures import picture_shape
from ganlab.config import Choice
from ganlab.data.own_pictures import kept_facts
from ganlab.errors import DataError


def class_names(data: Choice) -> tuple[str, ...]:
    """One name per class; its number if it has no name."""
    count = picture_shape(data.name, data.values).classes
    names = DATA[data.name].traits.get("names", ())
    if data.name == "folder":
        try:
            names = kept_facts(str(data.values["path"]))["classes"]
        except DataError:  # pictures that are not kept any more
            names = ()
    return tuple(names) if len(names) == count else tuple(str(k) for k in range(count))


def noun(data: Choice) -> str:
    """What one of the pictures is called: 'digit' or 'picture'."""
    return "digit" if "box" in DATA[data.name].traits else "picture"
