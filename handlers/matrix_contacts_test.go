package handlers

import (
	"context"
	"strings"

	"lodge/models"
)

// Contacts and companies. Contact 1 reported the ticket of the matrix; the foreign agent meets
// neither them nor the company.
var _ = matrixRows(map[string]access{
	"GET /agent/companies":                                {303, 303, 200, 200, 200, 200},
	"GET /agent/companies/:id":                            {303, 303, 200, 404, 200, 200},
	"GET /agent/companies/:id/deletion":                   {303, 303, 403, 403, 200, 200},
	"GET /agent/companies/:id/edit":                       {303, 303, 403, 403, 200, 200},
	"GET /agent/companies/:id/tickets":                    {303, 303, 200, 404, 200, 200},
	"GET /agent/companies/new":                            {303, 303, 403, 403, 200, 200},
	"GET /agent/contacts":                                 {303, 303, 200, 200, 200, 200},
	"GET /agent/contacts/:id":                             {303, 303, 200, 404, 200, 200},
	"GET /agent/contacts/:id/edit":                        {303, 303, 403, 404, 200, 200},
	"GET /agent/contacts/:id/erasure":                     {303, 303, 403, 404, 403, 200},
	"GET /agent/contacts/:id/merge":                       {303, 303, 403, 404, 200, 200},
	"GET /agent/contacts/new":                             {303, 303, 403, 200, 200, 200},
	"GET /agent/contacts/suggest":                         {303, 303, 303, 303, 303, 303},
	"POST /agent/companies":                               {403, 403, 403, 403, 422, 422},
	"POST /agent/companies/:id":                           {403, 403, 403, 403, 422, 422},
	"POST /agent/companies/:id/deletion":                  {403, 403, 403, 403, 422, 422},
	"POST /agent/companies/:id/domains":                   {403, 403, 403, 403, 422, 422},
	"POST /agent/companies/:id/domains/members":           {403, 403, 403, 403, 303, 303},
	"POST /agent/companies/:id/domains/removal":           {403, 403, 403, 403, 404, 404},
	"POST /agent/companies/:id/members":                   {403, 403, 403, 403, 422, 422},
	"POST /agent/companies/:id/members/:contact":          {403, 403, 403, 403, 303, 303},
	"POST /agent/companies/:id/members/:contact/removal":  {403, 403, 403, 403, 303, 404},
	"POST /agent/contacts":                                {403, 403, 403, 422, 422, 422},
	"POST /agent/contacts/:id":                            {403, 403, 403, 404, 422, 422},
	"POST /agent/contacts/:id/companies":                  {403, 403, 403, 404, 422, 422},
	"POST /agent/contacts/:id/companies/:company":         {403, 403, 403, 403, 303, 303},
	"POST /agent/contacts/:id/companies/:company/removal": {403, 403, 403, 403, 303, 404},
	"POST /agent/contacts/:id/erasure":                    {403, 403, 403, 404, 403, 422},
	"POST /agent/contacts/:id/merge":                      {403, 403, 403, 404, 422, 422},
})

func init() {
	matrixPaths = append(matrixPaths, func(o *office, pattern string) string {
		if !strings.HasPrefix(pattern, contactsHome+"/") && !strings.HasPrefix(pattern, companiesHome+"/") {
			return pattern
		}
		k, err := models.CompanyByName(context.Background(), o.db, "Matrix Ltd")
		if err != nil {
			k = &models.Company{Name: "Matrix Ltd", CreatedAt: 1}
			o.write(func(ctx context.Context, tx *models.Tx) error { return models.InsertCompany(ctx, tx, k) })
		}
		pattern = strings.NewReplacer(":company", decimal(k.ID), ":contact", "1").Replace(pattern)
		if strings.HasPrefix(pattern, companiesHome) {
			return strings.Replace(pattern, ":id", decimal(k.ID), 1)
		}
		return strings.Replace(pattern, ":id", "1", 1)
	})
}
