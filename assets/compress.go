package assets

import (
	"bytes"
	"compress/gzip"
	"strings"

	"github.com/andybalholm/brotli"
)

// compressible leaves out what is packed already.
func compressible(mediaType string) bool {
	return strings.HasPrefix(mediaType, "text/") || strings.HasPrefix(mediaType, "image/svg")
}

// compress packs once, at a level that pays for something sent thousands of times. A result that is no smaller is nil.
func compress(body []byte) (br, gz []byte) {
	var b bytes.Buffer
	w := brotli.NewWriterLevel(&b, 9)
	if _, err := w.Write(body); err == nil && w.Close() == nil && b.Len() < len(body) {
		br = bytes.Clone(b.Bytes())
	}
	b.Reset()
	g, _ := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if _, err := g.Write(body); err == nil && g.Close() == nil && b.Len() < len(body) {
		gz = bytes.Clone(b.Bytes())
	}
	return br, gz
}
