# What the offline way makes Streamlit 1.31 from; the wheel's code is compiled for Python 3.11.
suite=bookworm
python=3.11
package=@stlite/mountable@0.46.1
sha512=11cfcf7c05ec80e73e4c3890ee2fc678e1412d60d6f402e3484f7f1bbb70fe623fea494820aa093503d57d5799fd37ba79fe8086d171944a0d0c00d03a9206d5
wheels=('build/pypi/streamlit-*.whl')
front_end=(build/static build/stlite.js build/stlite.css 'build/*.wasm')
debian=(
  patchelf python3 python3-altair python3-blinker python3-cachetools python3-click python3-dateutil
  python3-importlib-metadata
  python3-numpy python3-packaging python3-pandas python3-pil python3-protobuf python3-rich python3-tenacity
  python3-toml python3-tornado python3-typing-extensions python3-tzlocal python3-validators python3-watchdog
)

adapt() { :; }
