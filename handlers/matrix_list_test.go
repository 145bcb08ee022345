package handlers

var _ = matrixRows(map[string]access{
	"GET /my-tickets/export.csv": {303, 303, 303, 303, 303, 303},
})
