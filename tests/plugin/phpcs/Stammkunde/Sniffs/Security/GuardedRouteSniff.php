<?php
/**
 * Every route of the REST API has a permission_callback, and it is not "everybody".
 */

namespace Stammkunde\Sniffs\Security;

use PHP_CodeSniffer\Files\File;
use PHP_CodeSniffer\Sniffs\Sniff;

class GuardedRouteSniff implements Sniff {

	public function register() {
		return array( T_STRING );
	}

	public function process( File $file, $at ) {
		$tokens = $file->getTokens();
		if ( 'register_rest_route' !== $tokens[ $at ]['content'] ) {
			return;
		}
		$function = $file->getCondition( $at, T_FUNCTION );
		$from     = false === $function ? 0 : $tokens[ $function ]['scope_opener'];
		$to       = false === $function ? count( $tokens ) : $tokens[ $function ]['scope_closer'];
		$said     = $file->getTokensAsString( $from, $to - $from );
		if ( false === strpos( $said, "'permission_callback'" ) || false !== strpos( $said, '__return_true' ) ) {
			$file->addError( 'A route needs a permission_callback that asks who it is.', $at, 'Open' );
		}
	}
}
