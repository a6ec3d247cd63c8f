<?php
/**
 * What a browser sent is unslashed and sanitized in the statement that reads it; only asking whether it is there needs nothing.
 */

namespace Stammkunde\Sniffs\Security;

use PHP_CodeSniffer\Files\File;
use PHP_CodeSniffer\Sniffs\Sniff;

class SanitizedInputSniff implements Sniff {

	const SENT = array( '$_GET', '$_POST', '$_REQUEST', '$_COOKIE', '$_FILES' );

	public function register() {
		return array( T_VARIABLE );
	}

	public function process( File $file, $at ) {
		$tokens = $file->getTokens();
		if ( ! in_array( $tokens[ $at ]['content'], self::SENT, true ) ) {
			return;
		}
		if ( T_ISSET === $tokens[ $file->findPrevious( array( T_WHITESPACE, T_OPEN_PARENTHESIS ), $at - 1, null, true ) ]['code'] ) {
			return;
		}
		$first = (int) $file->findPrevious( array( T_SEMICOLON, T_OPEN_CURLY_BRACKET ), $at );
		$said  = $file->getTokensAsString( $first, $file->findNext( T_SEMICOLON, $at ) - $first );
		if ( false === strpos( $said, 'wp_unslash' ) || ! preg_match( '/\bsanitize_\w+/', $said ) ) {
			$file->addError( '%s is used without wp_unslash and a sanitize_ function.', $at, 'Raw', array( $tokens[ $at ]['content'] ) );
		}
	}
}
