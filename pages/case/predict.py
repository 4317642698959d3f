import streamlit as st
from pages._ui import show

show.header("Overview")
st.write("theme", st.context.theme.type)
