package models

import "context"

// SetCustomerFactor writes a customer's second factor: the sealed secret and when it was confirmed,
// 0 while it waits for its first code. An empty secret takes it away.
func SetCustomerFactor(ctx context.Context, tx *Tx, contactID int64, sealed string, confirmed Stamp, step int64) error {
	_, err := tx.exec(ctx, "UPDATE customers SET totp_secret = ?, totp_at = ?, totp_step = ? WHERE contact_id = ?", sealed, confirmed, step, contactID)
	return err
}

// UseCustomerFactorStep takes a time step of the second factor; false when it, or a later one, was
// used before.
func UseCustomerFactorStep(ctx context.Context, tx *Tx, contactID, step int64) (bool, error) {
	n, err := affected(tx.exec(ctx, "UPDATE customers SET totp_step = ? WHERE contact_id = ? AND totp_step < ?", step, contactID, step))
	return n == 1, err
}

// SetCustomerRecoveryCodes replaces a customer's recovery codes by these hashes; none takes them away.
func SetCustomerRecoveryCodes(ctx context.Context, tx *Tx, contactID int64, hashes [][]byte) error {
	if _, err := tx.exec(ctx, "DELETE FROM customer_recovery_codes WHERE contact_id = ?", contactID); err != nil {
		return err
	}
	for _, hash := range hashes {
		if _, err := tx.exec(ctx, "INSERT INTO customer_recovery_codes (contact_id, hash) VALUES (?, ?)", contactID, hash); err != nil {
			return err
		}
	}
	return nil
}

// UseCustomerRecoveryCode takes a recovery code; false when there is no such code or it was used.
func UseCustomerRecoveryCode(ctx context.Context, tx *Tx, contactID int64, hash []byte, now Stamp) (bool, error) {
	n, err := affected(tx.exec(ctx, "UPDATE customer_recovery_codes SET used_at = ? WHERE contact_id = ? AND hash = ? AND used_at = 0", now, contactID, hash))
	return n == 1, err
}

// CustomerRecoveryCodesLeft counts the codes that have not been used.
func CustomerRecoveryCodesLeft(ctx context.Context, c Conn, contactID int64) (int, error) {
	n := 0
	err := c.row(ctx, "SELECT COUNT(*) FROM customer_recovery_codes WHERE contact_id = ? AND used_at = 0", contactID).Scan(&n)
	return n, err
}
