#!/usr/bin/env bash
# Renders icon.svg to the committed RGBA PNGs; needs Chromium and ImageMagick. Run it after a change of icon.svg.
set -euo pipefail
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
printf '<body style="margin:0"><img src="file://%s/icon.svg" width="1024" height="1024">' "$PWD" >"$work/icon.html"
chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --default-background-color=00000000 \
  --user-data-dir="$work/profile" --window-size=1024,1024 --screenshot="$work/icon.png" "file://$work/icon.html" 2>/dev/null
for size in 32 128 256 512; do
  convert "$work/icon.png" -filter Lanczos -resize "${size}x${size}" -strip "PNG32:${size}x${size}.png"
done
mv 512x512.png icon.png
mv 256x256.png 128x128@2x.png
