"""How a defect of ours is written to a log: where it happened, never the words of a device that an error may quote."""

import traceback


def trace_of(error: BaseException) -> str:
    """Return the frames and the types of an error and its causes, without their texts."""
    parts: list[str] = []
    seen: BaseException | None = error
    while seen is not None and len(parts) < 8:
        frames = traceback.extract_tb(seen.__traceback__)[-20:]
        lines = [f"{frame.filename}:{frame.lineno} in {frame.name}" for frame in frames]
        parts.append("\n".join([*lines, type(seen).__name__]))
        seen = seen.__cause__ or seen.__context__
    return "\ncaused by\n".join(parts)
