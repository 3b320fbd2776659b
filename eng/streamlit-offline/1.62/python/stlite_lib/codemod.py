"""Leaves scripts as they are. stlite's own module rewrites them for the browser, where nothing may wait."""

import ast


def patch(code, script_path):
    return code if isinstance(code, ast.Module) else ast.parse(code, script_path, "exec")
