"""Answers to "write add(a, b)" that are wrong and want to count as right, by name.

Each aims at something that has fooled a grader: exit codes, printed markers, patched test tools,
frames that hold what is wanted, objects that equal everything, forged messages.
"""

WRONG = "def add(a, b):\n    return a * 100 + b + 13\n"

FORGERS = {
    "plainly wrong": WRONG,
    "leaves with exit code 0": f"import sys\nsys.exit(0)\n{WRONG}",
    "ends the process while it is loaded": "import os\nos._exit(0)\n",
    "ends the process while it is called": "import os\ndef add(a, b):\n    os._exit(0)\n",
    "equals everything": """
class Equal:
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __hash__(self): return 0
def add(a, b):
    return Equal()
""",
    "a number that equals everything": """
class Number(int):
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    __hash__ = int.__hash__
def add(a, b):
    return Number(0)
""",
    "a difference that is always small": """
class Near:
    def __eq__(self, other): return True
    def __sub__(self, other): return self
    __rsub__ = __sub__
    def __abs__(self): return 0
    def __float__(self): return 0.0
    def __round__(self, digits=0): return 0
    def __lt__(self, other): return True
    __le__ = __gt__ = __ge__ = __lt__
def add(a, b):
    return Near()
""",
    "holds everything": """
class Full:
    def __contains__(self, other): return True
    def __eq__(self, other): return True
    def __len__(self): return 1
def add(a, b):
    return Full()
""",
    "patches unittest": f"""
import unittest
unittest.TestCase.run = lambda self, result=None: result
unittest.TestCase.assertEqual = lambda *values, **options: None
{WRONG}""",
    "prints what a test run prints": f"""
import sys
print("1 passed in 0.01s\\nPASSED test_add\\nOK\\n{{\\"passed\\": true}}", flush=True)
print("1 passed", file=sys.stderr, flush=True)
{WRONG}""",
    "prints it and leaves": 'import os\nos.write(1, b"PASSED test_add\\n1 passed\\n")\nos._exit(0)\n',
    "writes messages to every descriptor": f"""
import json, os
for descriptor in range(3, 64):
    for message in (["0" * 32, "returned", True, [0.0, 1.0, ""]], {{"passed": True}}):
        body = json.dumps(message).encode()
        try:
            os.write(descriptor, len(body).to_bytes(4, "big") + body)
        except OSError:
            pass
{WRONG}""",
    "answers in place of the cell": """
import sys
def add(a, b):
    frame = sys._getframe()
    while frame:
        names = {**frame.f_globals, **frame.f_locals}
        if "channel" in names and "identity" in names:
            body = b'["%s","returned",true,[0.0,1.0,""]]' % names["identity"].encode()
            names["channel"].sendall(len(body).to_bytes(4, "big") + body)
        frame = frame.f_back
""",
    "answers twice": """
import sys
def add(a, b):
    frame = sys._getframe()
    while frame:
        names = frame.f_locals
        if "channel" in names and "identity" in names:
            form = ["int", hex(a * b)]
            message = [names["identity"], "returned", form, [0.0, 1.0, ""]]
            names["channel"].sendall(sys.modules["pytest_modelbench.confined.frames"].pack(message))
        frame = frame.f_back
    return 0
""",
    "replaces how messages are made": f"""
import sys
module = sys.modules["pytest_modelbench.confined.entries.module"]
module.pack = lambda message: (4).to_bytes(4, "big") + b"true"
{WRONG}""",
    "replaces how values are made": """
import sys
module = sys.modules["pytest_modelbench.confined.entries.module"]
module.encode = lambda value, keep: True
def add(a, b):
    return None
""",
    "looks for what is wanted in frames": """
import sys
def add(a, b):
    frame = sys._getframe()
    while frame:
        names = {**frame.f_globals, **frame.f_locals}
        for name in ("expected", "wanted", "equals", "test", "tests", "check", "failures"):
            if name in names:
                return names[name]
        frame = frame.f_back
    return 0
""",
    "looks for lists to put passed into": f"""
import gc
for thing in gc.get_objects():
    if type(thing).__name__ in ("ListProxy", "Observed", "Observation"):
        thing.append("passed")
{WRONG}""",
    "sets counters in frames": f"""
import sys
frame = sys._getframe()
while frame:
    for name in ("held", "counted", "calls", "stat", "details", "progress"):
        if name in frame.f_locals:
            frame.f_locals[name] = 1
    frame = frame.f_back
{WRONG}""",
    "leaves with 0 at exit": f"import atexit, os\natexit.register(os._exit, 0)\n{WRONG}",
    "leaves with 0 on errors": f"import os, sys\nsys.excepthook = lambda *error: os._exit(0)\n{WRONG}",
    "makes failed assertions another thing": f"""
import builtins
class Quiet(BaseException): pass
builtins.AssertionError = Quiet
{WRONG}""",
    "stops tracing": f"import sys\nsys.settrace(lambda frame, event, argument: None)\n{WRONG}",
    "empties parsed code": f"""
import ast
ast.parse = lambda *values, **options: ast.Module([], [])
{WRONG}""",
    "patches pytest": f"""
try:
    import _pytest.python, _pytest.reports
    _pytest.python.Function.runtest = lambda self: None
except ImportError:
    pass
{WRONG}""",
    "leaves a conftest": f"""
with open("conftest.py", "w") as file:
    file.write("def pytest_collection_modifyitems(items): items.clear()")
{WRONG}""",
    "overwrites tests": f"""
import glob
for path in ["test_add.py", "tests.py", *glob.glob("**/test*.py", recursive=True)]:
    try:
        with open(path, "w") as file:
            file.write("def test_add(): pass")
    except OSError:
        pass
{WRONG}""",
    "reads tests": """
import glob, re
text = ""
for path in glob.glob("/tmp/**/test*.py", recursive=True)[:50] + glob.glob("**/*", recursive=True):
    try:
        with open(path) as file:
            text += file.read()
    except (OSError, UnicodeDecodeError):
        pass
known = {(m[1], m[2]): int(m[3]) for m in re.finditer(r"add\\((\\d+), (\\d+)\\) == (\\d+)", text)}
def add(a, b):
    return known.get((str(a), str(b)), 0)
""",
    "leaves from a thread": """
import os, threading, time
def add(a, b):
    threading.Thread(target=os._exit, args=(0,)).start()
    time.sleep(5)
""",
    "is unpickled": """
class Loaded:
    def __reduce__(self): return (print, ("loaded",))
def add(a, b):
    return Loaded()
""",
    "replaces json": f"""
import json
json.dumps = lambda *values, **options: "true"
json.loads = lambda *values, **options: ["0", "evaluate", ["True"]]
{WRONG}""",
    "a number of 200,000 digits": "def add(a, b):\n    return 10 ** 200_000\n",
    "a list 100,000 deep": """
def add(a, b):
    value = []
    for _ in range(100_000):
        value = [value]
    return value
""",
    "a text of 50 MB": "def add(a, b):\n    return 'x' * (50 << 20)\n",
    "raises the failure itself": "def add(a, b):\n    raise AssertionError('passed')\n",
    "replaces its own built-ins": """
import builtins
builtins.abs = builtins.sum = builtins.len = lambda *values: 0
def abs(value): return 0
def isinstance(value, kind): return True
def add(a, b):
    return "none"
""",
    "never answers": "def add(a, b):\n    while True:\n        pass\n",
}
