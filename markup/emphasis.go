package markup

import (
	"unicode"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// emphasis reads *italic* and **bold** as CommonMark does, except inside a
// word: 2*3*4 in a letter is arithmetic.
type emphasis struct{}

func (emphasis) Trigger() []byte { return []byte{'*', '_'} }

func (e emphasis) Parse(_ ast.Node, block text.Reader, pc parser.Context) ast.Node {
	before := block.PrecendingCharacter()
	line, segment := block.PeekLine()
	node := parser.ScanDelimiter(line, before, 1, e)
	if node == nil {
		return nil
	}
	node.Segment = segment.WithStop(segment.Start + node.OriginalLength)
	block.Advance(node.OriginalLength)
	if wordly(before) && wordly(next(block)) {
		node.CanOpen, node.CanClose = false, false
	}
	pc.PushDelimiter(node)
	return node
}

func next(block text.Reader) rune {
	line, _ := block.PeekLine()
	r, _ := utf8.DecodeRune(line)
	return r
}

func wordly(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

func (emphasis) IsDelimiter(b byte) bool { return b == '*' || b == '_' }

func (emphasis) CanOpenCloser(opener, closer *parser.Delimiter) bool {
	return opener.Char == closer.Char
}

func (emphasis) OnMatch(consumes int) ast.Node { return ast.NewEmphasis(consumes) }
