"""What each key of the desk does, in the groups in which its list shows them."""

from collections.abc import Mapping

from api.web.language import marked

COMMANDS: Mapping[str, Mapping[str, str]] = {
    # group: what each key does, by the key it ships with; people may choose others
    marked("Move"): {
        "j": marked("next"),
        "k": marked("previous"),
        "o": marked("open"),
        "u": marked("back to the list"),
        "/": marked("search"),
    },
    marked("Decide"): {
        "a": marked("approve and send"),
        "z": marked("undo: sending, or the last change"),
        "e": marked("edit"),
        "r": marked("ask for a rewrite"),
        "!": marked("escalate"),
        "f": marked("find a source for the open sentence"),
        "h": marked("compare versions"),
        "v": marked("what the model saw"),
        ";": marked("put in a template"),
        "n": marked("note to the team"),
    },
    marked("Sort"): {
        "t": marked("take over"),
        "m": marked("give to someone"),
        "p": marked("change priority"),
        "c": marked("change category"),
        "+": marked("change tags"),
        "d": marked("done"),
        "#": marked("not a case, spam"),
        "s": marked("snooze"),
        "x": marked("pick"),
        "?": marked("this list"),
    },
}

FIXED: Mapping[str, tuple[tuple[tuple[str, ...], str], ...]] = {
    # group: sequences, and keys that stand for a number on the screen
    "Move": (
        (("G", "I"), marked("desk")),
        (("G", "E"), marked("escalations")),
        (("G", "F"), marked("feedback")),
        (("G", "N"), marked("insight")),
        (("G", "C"), marked("customers")),
        (("G", "B"), marked("knowledge")),
        (("G", "P"), marked("problems")),
        (("G", "L"), marked("labels")),
        (("G", "H"), marked("learnt from edits")),
        (("G", "T"), marked("templates")),
        (("G", "A"), marked("waiting for approval")),
        (("G", "M"), marked("mine")),
        (("G", "U"), marked("unassigned")),
    ),
    "Decide": ((("1–9",), marked("source, and again: its sentence")),),
    "Sort": ((("*", "A"), marked("pick all")), (("Ctrl", "K"), marked("find a command"))),
}
