"""What is asked of a panel in tests: its components and its buttons."""


def components(at):
    return len(at.get("bidi_component"))


def button(at, label):
    return next(one for one in at.button if one.label == label)


def press(at, label):
    button(at, label).click()
    at.run()
