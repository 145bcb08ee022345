package handlers

// Nobody of the matrix is a customer: pages of customers lead everybody to their sign-in, and posts
// are refused. What customers get is said by their own matrix.
var _ = matrixRows(map[string]access{
	"GET /my-tickets": {303, 303, 303, 303, 303, 303},
	"GET /my-profile": {303, 303, 303, 303, 303, 303},
	"GET /my-company": {303, 303, 303, 303, 303, 303},
})
