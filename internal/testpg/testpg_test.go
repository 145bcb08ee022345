package testpg

import (
	"database/sql"
	"testing"

	"github.com/uptrace/bun/driver/pgdriver"
)

// Each call lends an own, empty database of one cluster.
func TestStartLendsFreshDatabases(t *testing.T) {
	for range 2 {
		address := Start(t)
		db := sql.OpenDB(pgdriver.NewConnector(pgdriver.WithDSN(address)))
		defer db.Close()
		if _, err := db.Exec("CREATE TABLE mine (id BIGINT)"); err != nil {
			t.Fatal(err)
		}
	}
}
