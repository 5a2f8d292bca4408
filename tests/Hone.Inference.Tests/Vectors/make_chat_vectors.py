"""Renders chat templates, and small templates of our own, with Jinja2 as the transformers library sets it up.

    apt-get install python3-jinja2
    /usr/bin/python3 make_chat_vectors.py TEMPLATES_FOLDER

TEMPLATES_FOLDER holds chat templates of published models as NAME.jinja. Only what they render is written here
(chat_templates.json); the templates themselves have licences of their own. jinja_snippets.json needs no folder.
Jinja2 3.1.6, Python 3.11.2 made the files in git; the same versions make the same bytes.
"""

import datetime
import hashlib
import json
import pathlib
import sys

import jinja2
from jinja2.ext import Extension, loopcontrols
from jinja2.sandbox import ImmutableSandboxedEnvironment

from jinja_snippets import SNIPPETS

HERE = pathlib.Path(__file__).parent
DATE = datetime.datetime(2024, 7, 6)
TOKENS = {"bos_token": "<s>", "eos_token": "</s>"}


class Generation(Extension):
    """{% generation %} marks what the model is trained on; it renders as what stands in it."""

    tags = {"generation"}

    def parse(self, parser):
        line = next(parser.stream).lineno
        body = parser.parse_statements(["name:endgeneration"], drop_needle=True)
        return jinja2.nodes.CallBlock(self.call_method("_render"), [], [], body).set_lineno(line)

    def _render(self, caller):
        return caller()


def raise_exception(message):
    raise jinja2.exceptions.TemplateError(message)


def tojson(x, ensure_ascii=False, indent=None, separators=None, sort_keys=False):
    return json.dumps(x, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)


def environment(date):
    made = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True, extensions=[Generation, loopcontrols])
    made.filters["tojson"] = tojson
    made.globals["raise_exception"] = raise_exception
    if date is not None:
        made.globals["strftime_now"] = date.strftime
    return made


def render(template, variables, date):
    """The rendered text, or the error's message where the template fails."""
    try:
        return {"text": environment(date).from_string(template).render(**variables)}
    except (jinja2.exceptions.TemplateError, TypeError, ValueError, OverflowError, ZeroDivisionError, AttributeError, SyntaxError,
            LookupError) as error:
        return {"error": str(error)}


def message(role, content, **more):
    return {"role": role, "content": content, **more}


SYSTEM = message("system", "  You are terse.\n")
CALL = {"type": "function", "id": "abcdefghi", "function": {"name": "add", "arguments": {"a": 1, "b": [2.5, None, "é\"<"]}}}
CONVERSATIONS = {
    "user": [message("user", "What is 2 + 2?")],
    "system and user": [SYSTEM, message("user", "What is 2 + 2?")],
    "several turns": [message("user", "Hi"), message("assistant", "Hello!"), message("user", " And 3*3? \n")],
    "system and several turns": [
        SYSTEM, message("user", "Hi"), message("assistant", "<think>\nHm.\n</think>\n\nHello!"), message("user", "And 3*3?"),
    ],
    "ends with the assistant": [message("user", "Hi"), message("assistant", "<think>\nSo 4\n</think>\n\n4 ")],
    "letters": [message("user", "Grüße 👋🏽 <b>\t'\"\\n{{ x }}{% if %}"), message("assistant", "你好\r\n"), message("user", "…")],
    "empty": [message("user", "")],
    "two users": [message("user", "a"), message("user", "b")],
    "system in the middle": [message("user", "a"), message("system", "b"), message("user", "c")],
    "a tool": [
        message("user", "1+2.5?"), message("assistant", "", tool_calls=[CALL]), message("tool", "3.5", tool_call_id="abcdefghi"),
        message("assistant", "3.5", reasoning_content="The tool knows."), message("user", "Thanks"),
    ],
    "no messages": [],
}


def chat_vectors(folder):
    templates = []
    for path in sorted(pathlib.Path(folder).glob("*.jinja")):
        source = path.read_text(encoding="utf-8")
        cases = []
        for name, messages in CONVERSATIONS.items():
            for generation in (False, True):
                for thinking in (None, True, False) if "enable_thinking" in source else (None,):
                    for date in (DATE, None) if "strftime_now" in source else (DATE,):
                        variables = {"messages": messages, "tools": None, "documents": None,
                                     "add_generation_prompt": generation, **TOKENS}
                        if thinking is not None:
                            variables["enable_thinking"] = thinking
                        cases.append({
                            "conversation": name, "add_generation_prompt": generation, "enable_thinking": thinking,
                            "date": date and date.strftime("%Y-%m-%d"), **render(source, variables, date),
                        })
        templates.append({
            "template": path.name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest(), "cases": cases,
        })
    return {"tokens": TOKENS, "conversations": CONVERSATIONS, "templates": templates}


def snippet_vectors():
    made = []
    for entry in SNIPPETS:
        template, variables = entry if isinstance(entry, tuple) else (entry, {})
        made.append({"template": template, "variables": variables, **render(template, variables, DATE)})
    return {"date": DATE.strftime("%Y-%m-%d"), "snippets": made}


def write(name, document):
    text = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
    (HERE / name).write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    write("jinja_snippets.json", snippet_vectors())
    if len(sys.argv) > 1:
        write("chat_templates.json", chat_vectors(sys.argv[1]))
