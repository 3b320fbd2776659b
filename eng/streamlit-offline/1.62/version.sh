# What the offline way makes Streamlit 1.62 from; the wheel's code is compiled for Python 3.13.
suite=trixie
python=3.13
package=@stlite/browser@1.9.2
sha512=5642293651e33a622606fc5349c4543965cd558dc3f958780bcde405b89093da4b0c49789f690326b948d7399099c9a7ab810fcfc80334a5bbb58934d29a4451
wheels=('build/wheels/*.whl')
front_end=('build/*.js' 'build/*.css' build/assets)
debian=(
  patchelf python3 python3-altair python3-anyio python3-authlib python3-blinker python3-cachetools python3-click
  python3-httptools python3-httpx python3-itsdangerous python3-numpy python3-packaging python3-pandas python3-pil
  python3-protobuf python3-python-multipart python3-requests python3-rich python3-starlette python3-tenacity
  python3-toml python3-tornado python3-typing-extensions python3-uvicorn python3-uvloop python3-watchdog
  python3-websockets
)

# adapt SITE: the wheel's module is used by the one that takes its place (python/), and what the front end asks for by an
# address of no server is asked of the one that the page came from.
adapt() {
  mv "$1/streamlit/elements/write.pyc" "$1/streamlit/elements/_write_stlite.pyc"
  sed -i 's|"https://stlite\.invalid/"|location.origin|' "$1"/streamlit/static/index-*.js
}
