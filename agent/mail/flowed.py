"""`format=flowed` (RFC 3676): lines that end with a blank go on in the next one."""


def unflow(text: str, *, delete_space: bool) -> str:
    """Join soft-broken lines of the same quote depth; the signature mark `-- ` never flows."""
    joined: list[str] = []
    flowing, open_depth = False, 0
    for line in text.split("\n"):
        depth = len(line) - len(line.lstrip(">"))
        content = line[depth:].removeprefix(" ")
        if content in {"-- ", "--"}:
            joined.append((">" * depth + " " if depth else "") + content)
            flowing = False
            continue
        if flowing and depth == open_depth:
            joined[-1] += content
        else:
            joined.append((">" * depth + " " if depth and content else ">" * depth) + content)
        flowing, open_depth = content.endswith(" "), depth
        if flowing and delete_space:
            joined[-1] = joined[-1][:-1]
    return "\n".join(joined)
