<?php
/**
 * Draws templates with the real Twig and small doubles of what Shopware adds to it. Reads and prints JSON.
 */

require '/usr/share/php/Twig/autoload.php';

use Twig\Environment;
use Twig\Loader\ArrayLoader;
use Twig\Token;
use Twig\TokenParser\ExtendsTokenParser;
use Twig\TwigFilter;
use Twig\TwigFunction;

/** Shopware's own looks for the next bundle that has the template; here there is only the shop itself. */
final class SwExtends extends \Twig\TokenParser\AbstractTokenParser {
	private ExtendsTokenParser $real;

	public function __construct() {
		$this->real = new ExtendsTokenParser();
	}

	public function setParser( \Twig\Parser $parser ): void {
		parent::setParser( $parser );
		$this->real->setParser( $parser );
	}

	public function parse( Token $token ): \Twig\Node\Node {
		return $this->real->parse( $token );
	}

	public function getTag(): string {
		return 'sw_extends';
	}
}

$asked = json_decode( stream_get_contents( STDIN ), true, 512, JSON_THROW_ON_ERROR );
$drawn = array();
foreach ( $asked['cases'] as $case ) {
	$twig = new Environment( new ArrayLoader( $asked['templates'] ), array( 'strict_variables' => true ) );
	$twig->addTokenParser( new SwExtends() );
	$twig->addFunction( new TwigFunction( 'config', fn ( string $key ) => $case['config'][ str_replace( 'Stammkunde.config.', '', $key ) ] ) );
	$twig->addFunction( new TwigFunction( 'asset', fn ( string $file, string $package ) => "/$file" ) );
	$twig->addFunction( new TwigFunction( 'path', fn ( string $route, array $given = array() ) => $asked['routes'][ $route ] ) );
	$twig->addFilter( new TwigFilter( 'trans', fn ( string $key ) => $case['snippets'][ $key ] ) );
	$drawn[] = $twig->render( $case['template'], $case['context'] );
}
echo json_encode( $drawn, JSON_THROW_ON_ERROR );
