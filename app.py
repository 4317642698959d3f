"""The frame. ``streamlit run app.py`` imports this file once as the server and runs it for each visit."""

import logging
from importlib import import_module
from threading import Thread

import streamlit as st

from pages._ui import frame, guard


def main() -> None:
    st.set_page_config("Nodescope", page_icon=str(frame.ICON), layout="wide")
    page = frame.open_page(frame.pages())
    with guard.guarded():
        frame.draw(page)
    with guard.guarded():
        page.run()


if __name__ == "__main__":
    main()
else:
    # Until st.navigation was called once, Streamlit takes the folder pages/ for its older kind of
    # multipage app and answers the first deep link with "page not found". So call it before any visit.
    logging.getLogger("streamlit.runtime.scriptrunner_utils.script_run_context").setLevel(logging.ERROR)
    st.navigation([st.Page(main, title="Nodescope")])
    # Seconds of imports, done while the first browser still loads the page.
    Thread(target=import_module, args=("core.pipeline",), daemon=True).start()
    app = st.App(__file__, on_script_error=guard.show)
