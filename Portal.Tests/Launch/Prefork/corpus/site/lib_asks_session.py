from streamlit.runtime.scriptrunner import get_script_run_ctx

HAS_SESSION = get_script_run_ctx() is not None
