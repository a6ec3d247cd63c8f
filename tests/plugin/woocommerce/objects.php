<?php
/**
 * Orders, products, mails and the log: includes/abstracts/abstract-wc-order.php, includes/class-wc-order.php,
 * includes/abstracts/abstract-wc-product.php, includes/emails/class-wc-email.php, includes/class-wc-logger.php,
 * includes/wc-product-functions.php, includes/wc-core-functions.php.
 */

/** Whatever is not written out is refused. */
trait Imitated {
	public function __call( $name, $given ) {
		imitation_refuses( get_class( $this ) . "::$name()" );
	}
	public function __get( $name ) {
		imitation_refuses( get_class( $this ) . "::\$$name" );
	}
}

abstract class WC_Abstract_Order {
	use Imitated;
	protected $data;
	public function __construct( array $data ) {
		$this->data = $data;
	}
	public function get_id() {
		return $this->data['id'];
	}
}

class WC_Order extends WC_Abstract_Order {
	public function get_order_key() {
		return $this->data['key'];
	}
	public function get_customer_id() {
		return $this->data['customer'];
	}
}

/** A refund is found by `wc_get_order` too, and is no WC_Order. */
class WC_Order_Refund extends WC_Abstract_Order {
}

/** Orders lie outside the posts, as with high-performance order storage: reading posts finds nothing. */
function wc_get_order( $the_order = false ) {
	$id    = $the_order instanceof WC_Abstract_Order ? $the_order->get_id() : absint( $the_order );
	$known = get_option( 'imitated_orders', array() );
	if ( ! isset( $known[ $id ] ) ) {
		return false;
	}
	return $known[ $id ]['refund'] ? new WC_Order_Refund( $known[ $id ] ) : new WC_Order( $known[ $id ] );
}

class WC_Product {
	use Imitated;
	private $post;
	public function __construct( WP_Post $post ) {
		$this->post = $post;
	}
	public function get_id() {
		return $this->post->ID;
	}
	public function get_price() {
		return (string) get_post_meta( $this->post->ID, '_price', true );
	}
	public function is_type( $type ) {
		return get_post_meta( $this->post->ID, '_type', true ) === $type;
	}
	public function is_purchasable() {
		return '' !== $this->get_price() && 'publish' === $this->post->post_status;
	}
}

class WC_Product_Variation extends WC_Product {
}

function wc_get_product( $id ) {
	$post = get_post( $id );
	if ( ! $post || ! in_array( $post->post_type, array( 'product', 'product_variation' ), true ) ) {
		return false;
	}
	return 'product' === $post->post_type ? new WC_Product( $post ) : new WC_Product_Variation( $post );
}

/** A shop whose prices are typed with 19 % tax; floats, as WooCommerce returns them. */
function wc_get_price_including_tax( $product ) {
	return (float) $product->get_price();
}

function wc_get_price_excluding_tax( $product ) {
	return round( (float) $product->get_price() / 1.19, 2 );
}

function get_woocommerce_currency() {
	return get_option( 'imitated_currency', 'EUR' );
}

class WC_Email {
	use Imitated;
	public $id;
	public function __construct( $id ) {
		$this->id = $id;
	}
}

/** templates/emails/email-order-details.php fires this after its table, in both kinds of mail. */
function imitated_mail( string $id, int $order, bool $sent_to_admin, bool $plain_text ): string {
	ob_start();
	do_action( 'woocommerce_email_after_order_table', wc_get_order( $order ), $sent_to_admin, $plain_text, new WC_Email( $id ) );
	return ob_get_clean();
}

class WC_Logger {
	use Imitated;
	public function notice( $message, $context = array() ) {
		$line = array( $context['source'], $message );
		file_put_contents( WP_CONTENT_DIR . '/wc.log', wp_json_encode( $line ) . "\n", FILE_APPEND );
	}
}

function wc_get_logger() {
	return new WC_Logger();
}
