"""Reads an app's script, without running it: what it imports, and which environment variables it sets."""

import ast
import importlib.machinery
import os

from prefork.origin import LIBRARIES

CHANGES = {"setdefault", "pop", "putenv", "unsetenv", "__setitem__", "__delitem__"}
UNREADABLE = {"load_dotenv", "read_env", "load_env"}


class Reading:
    """Of the script, its pages and the local modules that these import."""

    def __init__(self, script):
        folder = os.path.dirname(script)
        pages = os.path.join(folder, "pages")
        files = [script] + [os.path.join(pages, f) for f in sorted(os.listdir(pages) if os.path.isdir(pages) else ())]
        self.imports, self.variables = {}, set()
        self.is_complete = True  # false where code runs, or variables are set, that cannot be read here
        seen = set()
        while files:
            file = files.pop(0)
            if file in seen or not file.endswith(".py"):
                continue
            seen.add(file)
            try:
                with open(file, "rb") as source:
                    tree = ast.parse(source.read())
                names = list(imported_names(tree))
            except (OSError, SyntaxError, ValueError, RecursionError):
                continue  # the instance will say so itself
            self.read_variables(tree)
            for name in names:
                own = os.path.join(folder, *name.split("."))
                local = [path for path in (own + ".py", os.path.join(own, "__init__.py")) if os.path.exists(path)]
                files += local
                top = os.path.join(folder, name.partition(".")[0])
                if not (local or os.path.exists(top + ".py") or os.path.isdir(top)):
                    self.imports[name] = True
                    self.is_complete &= is_installed(name.partition(".")[0])

    def read_variables(self, tree):
        for node in ast.walk(tree):
            if isinstance(node, ast.Subscript) and not isinstance(node.ctx, ast.Load) and is_environ(node.value):
                self.note(node.slice)
            elif (
                isinstance(node, (ast.Assign, ast.AnnAssign, ast.NamedExpr)) and node.value and is_environ(node.value)
            ):
                self.is_complete = False
            elif isinstance(node, ast.AugAssign) and is_environ(node.target):
                self.is_complete = False
            elif isinstance(node, ast.Call):
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                owner = getattr(node.func, "value", None)
                if name in UNREADABLE or is_environ(owner) and name in ("update", "clear", "popitem", "__ior__"):
                    self.is_complete = False
                elif name in CHANGES and (is_environ(owner) or name in ("putenv", "unsetenv")):
                    self.note(node.args[0] if node.args else None)

    def note(self, node):
        if isinstance(node, ast.Constant) and isinstance(node.value, (str, bytes)):
            self.variables.add(os.fsdecode(node.value))
        else:
            self.is_complete = False


def is_environ(node):
    return getattr(node, "attr", getattr(node, "id", "")) in ("environ", "environb")


def is_installed(name):
    try:
        return _find(name) is not None
    except (ImportError, ValueError, AttributeError):
        return False


def _find(name):
    for finder in (
        importlib.machinery.BuiltinImporter,
        importlib.machinery.FrozenImporter,
        importlib.machinery.PathFinder,
    ):
        spec = finder.find_spec(name)
        if spec:
            return spec
    return None


def imported_names(node):
    """Not those inside of functions: they are seldom needed, and learned when they are."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            yield from (alias.name for alias in child.names)
        elif isinstance(child, ast.ImportFrom) and not child.level:
            yield child.module
            yield from (
                f"{child.module}.{alias.name}" for alias in child.names if is_module(child.module, alias.name)
            )
        elif not isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            yield from imported_names(child)


def is_module(package, name):
    """True for PIL and Image, without importing either."""
    for root in LIBRARIES:
        path = os.path.join(root, *package.split("."), name)
        if os.path.exists(path + ".py") or os.path.exists(path + ".pyc") or os.path.isdir(path):
            return True
    return False
