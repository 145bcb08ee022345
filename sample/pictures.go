package sample

import (
	"bytes"
	"fmt"
	"hash/fnv"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"path"
	"strings"
	"time"

	"golang.org/x/image/font"
	"golang.org/x/image/font/basicfont"
	"golang.org/x/image/math/fixed"
)

// attachment makes a small file whose content fits its name: .png a screenshot with the
// name's words in its title, .log a log, .pdf a page, everything else a table.
func attachment(name string, at time.Time) []byte {
	words := strings.ReplaceAll(strings.TrimSuffix(name, path.Ext(name)), "-", " ")
	switch path.Ext(name) {
	case ".png":
		return screenshot(words)
	case ".log", ".txt":
		return logFile(words, at)
	case ".pdf":
		return page(words)
	}
	return []byte("folder;files;bytes;result\nDocuments;1204;883124992;ok\nPictures;18233;74110238720;ok\nMail;3;9126805504;skipped\n")
}

// screenshot draws a window with a side bar, a heading, some lines and a progress bar.
func screenshot(title string) []byte {
	const width, height = 720, 440
	h := fnv.New32a()
	h.Write([]byte(title))
	seed := h.Sum32()
	accent := []color.RGBA{{0x25, 0x63, 0xa8, 255}, {0x2a, 0x7d, 0x5f, 255}, {0x8a, 0x4b, 0x9c, 255}, {0xa6, 0x5a, 0x1e, 255}}[seed%4]
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	box := func(x0, y0, x1, y1 int, c color.Color) {
		draw.Draw(img, image.Rect(x0, y0, x1, y1), image.NewUniform(c), image.Point{}, draw.Src)
	}
	write := func(x, y int, s string, c color.Color) {
		d := font.Drawer{Dst: img, Src: image.NewUniform(c), Face: basicfont.Face7x13, Dot: fixed.P(x, y)}
		d.DrawString(s)
	}
	white, ink, grey, pale := color.RGBA{255, 255, 255, 255}, color.RGBA{0x22, 0x28, 0x30, 255}, color.RGBA{0xb8, 0xc0, 0xca, 255}, color.RGBA{0xf1, 0xf3, 0xf6, 255}
	box(0, 0, width, height, white)
	box(0, 0, width, 34, ink)
	for i, c := range []color.RGBA{{0xe0, 0x5b, 0x52, 255}, {0xe3, 0xb3, 0x41, 255}, {0x5c, 0xb8, 0x5c, 255}} {
		box(14+i*20, 12, 24+i*20, 22, c)
	}
	write(90, 21, "Nordwind", white)
	box(0, 34, 170, height, pale)
	for i, entry := range []string{"Overview", "Folders", "Restore", "Activity", "Settings"} {
		y := 70 + i*34
		if uint32(i) == seed/4%5 {
			box(0, y-18, 170, y+10, accent)
			write(22, y, entry, white)
			continue
		}
		write(22, y, entry, ink)
	}
	write(200, 76, strings.ToUpper(title[:1])+title[1:], ink)
	for i := range 6 {
		w := 180 + int(seed>>(i*3))%9*30
		box(200, 104+i*30, 200+w, 112+i*30, grey)
	}
	done := 120 + int(seed%13)*25
	box(200, 310, 680, 328, pale)
	box(200, 310, 200+done, 328, accent)
	write(200, 350, fmt.Sprintf("%d %% of 84.2 GB", done*100/480), ink)
	box(560, 380, 680, 412, accent)
	write(598, 400, "Cancel", white)
	var out bytes.Buffer
	_ = png.Encode(&out, img) // into memory: cannot fail
	return out.Bytes()
}

func logFile(words string, at time.Time) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n", words)
	lines := []string{
		"INFO  engine started version=4.8.2 threads=4", "INFO  plan loaded folders=3 schedule=daily@12:30", "INFO  scan begin folder=Documents",
		"INFO  scan end folder=Documents files=1204 changed=37", "INFO  upload begin chunk=1 of=212", "WARN  upload slow chunk=88 kbps=141 retry=1",
		"ERROR upload failed chunk=131 status=503 reason=\"temporarily unavailable\"", "INFO  waiting before retry seconds=30", "INFO  upload resumed chunk=131",
		"WARN  file skipped path=\"Mail/archive.pst\" reason=\"in use by another program\"", "ERROR verify failed chunk=174 want=9f3c11 got=000000", "INFO  run ended result=incomplete uploaded=173 of=212",
	}
	for i, line := range lines {
		fmt.Fprintf(&b, "%s %s\n", at.Add(time.Duration(i*i)*time.Second).UTC().Format(time.RFC3339), line)
	}
	return []byte(b.String())
}

// page is a PDF of one page with one line.
func page(words string) []byte {
	text := "BT /F1 18 Tf 72 760 Td (" + words + ") Tj ET"
	objects := []string{"<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
		fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", len(text), text), "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"}
	b := bytes.NewBufferString("%PDF-1.4\n")
	var at []int
	for i, o := range objects {
		at = append(at, b.Len())
		fmt.Fprintf(b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	start := b.Len()
	fmt.Fprintf(b, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, n := range at {
		fmt.Fprintf(b, "%010d 00000 n \n", n)
	}
	fmt.Fprintf(b, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, start)
	return b.Bytes()
}
