package markup

import "github.com/yuin/goldmark/ast"

// Bounds beyond which text is shown as it is. No honest text comes near them;
// without them a few hundred kilobytes of marks keep a processor busy for
// seconds, because the parser's work grows with their square.
const (
	maxDepth   = 60   // quotes and lists inside one another
	maxMarkers = 40   // quote and list markers at the head of one line
	maxMarks   = 4000 // asterisks, underscores and brackets in one paragraph
)

// costly tells whether parsing the text could take unreasonably long.
func costly(source []byte) bool {
	marks := 0
	for len(source) > 0 {
		line := source
		for i, c := range source {
			if c == '\n' {
				line = source[:i]
				break
			}
		}
		if markersOf(line) > maxMarkers {
			return true
		}
		blank := true
		for _, c := range line {
			switch c {
			case '*', '_', '[', '~':
				marks++
			}
			if c != ' ' && c != '\t' {
				blank = false
			}
		}
		if marks > maxMarks {
			return true
		}
		if blank {
			marks = 0
		}
		source = source[min(len(line)+1, len(source)):]
	}
	return false
}

// markersOf counts the quote and list markers a line begins with.
func markersOf(line []byte) int {
	n := 0
	for i := 0; i < len(line); {
		switch c := line[i]; {
		case c == ' ' || c == '\t':
			i++
		case c == '>':
			n++
			i++
		case c == '-' || c == '*' || c == '+':
			// A marker only before white space: a drawn line is none.
			if i+1 < len(line) && line[i+1] != ' ' && line[i+1] != '\t' {
				return n
			}
			n++
			i++
		case '0' <= c && c <= '9':
			j := i
			for j < len(line) && '0' <= line[j] && line[j] <= '9' {
				j++
			}
			if j == len(line) || line[j] != '.' && line[j] != ')' {
				return n
			}
			n++
			i = j + 1
		default:
			return n
		}
	}
	return n
}

// tooDeep tells whether the parsed text nests deeper than anyone reads and
// other parsers follow.
func tooDeep(doc ast.Node) bool {
	depth, deepest := 0, 0
	_ = ast.Walk(doc, func(_ ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			depth--
			return ast.WalkContinue, nil
		}
		depth++
		if deepest = max(deepest, depth); deepest > maxDepth {
			return ast.WalkStop, nil
		}
		return ast.WalkContinue, nil
	})
	return deepest > maxDepth
}
